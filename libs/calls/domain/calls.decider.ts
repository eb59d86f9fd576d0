import { type Decider } from '#libs/kernel';
import { type CallCommand } from './calls.commands.js';
import { leadNotCallable } from './calls.errors.js';
import { recogniseAnswerer, recordPlacement, reportConsumerLeg } from './consumer-leg.js';
import { closeLostCall, giveUpErased, recordRefusal, startCall } from './dial.decider.js';
import { measureTalk } from './call-end.js';
import {
  type CallableLead,
  evolve,
  initialState,
  type LeadCalls,
  type LeadStreamEvent,
  type OpenCall,
} from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { presumeMeeting, reportMeeting } from './meeting.js';
import {
  beginConversation,
  concludeConversation,
  hearConsumer,
} from './prequalification.decider.js';
import {
  closeLostTransfer,
  connectDestination,
  giveUpRouting,
  reportDestinationLeg,
  requestTransfer,
  withdrawTransfer,
} from './transfer.decider.js';

function decide(command: CallCommand, lead: LeadCalls): CallEvent[] {
  if (lead.status === 'absent') throw leadNotCallable();
  if (command.type === 'StartCall') return startCall(command, lead);
  if (command.type === 'GiveUpErased') return giveUpErased(command, lead);
  const { current } = lead;
  if (current?.callId === command.callId) return onCall(command, lead, current);
  // A report about a call that is over, or was never made, came late: the end is final. Only what
  // the provider measured of it counts more than our clock, whenever it comes.
  return command.type === 'ReportConsumerLeg' ? measureTalk(command, lead) : [];
}

function onCall(
  command: Exclude<CallCommand, { type: 'StartCall' | 'GiveUpErased' }>,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  switch (command.type) {
    case 'RecordPlacement':
      return recordPlacement(command, lead, call);
    case 'RecordRefusal':
      return recordRefusal(command, lead, call);
    case 'ReportConsumerLeg':
      return reportConsumerLeg(command, lead, call);
    case 'RecogniseAnswerer':
      return recogniseAnswerer(command, lead, call);
    case 'BeginConversation':
      return beginConversation(command, lead, call);
    case 'HearConsumer':
      return hearConsumer(command, lead, call);
    case 'ConcludeConversation':
      return concludeConversation(command, lead, call);
    case 'RequestTransfer':
      return requestTransfer(command, lead, call);
    case 'GiveUpRouting':
      return giveUpRouting(command, lead, call);
    case 'ReportDestinationLeg':
      return reportDestinationLeg(command, lead, call);
    case 'ConnectDestination':
      return connectDestination(command, lead, call);
    case 'ReportMeeting':
      return reportMeeting(command, lead, call);
    case 'PresumeMeeting':
      return presumeMeeting(command, lead, call);
    case 'WithdrawTransfer':
      return withdrawTransfer(command, lead, call);
    case 'CloseLostCall':
      return closeLostCall(command, lead, call);
    case 'CloseLostTransfer':
      return closeLostTransfer(command, lead, call);
  }
}

/** A lead on the telephone. One call at a time, one destination at a time, by construction. */
export const callsDecider: Decider<LeadCalls, CallCommand, LeadStreamEvent> = {
  decide,
  evolve,
  initialState,
};

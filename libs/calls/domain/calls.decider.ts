import { type Decider } from '#libs/kernel';
import { type CallCommand } from './calls.commands.js';
import { leadNotCallable } from './calls.errors.js';
import { recogniseAnswerer, recordPlacement, reportConsumerLeg, turnAway } from './consumer-leg.js';
import { closeLostCall, giveUpErased, recordRefusal, startCall } from './dial.decider.js';
import { measureTalk } from './call-end.js';
import {
  type CallableLead,
  evolve,
  initialState,
  type LeadCalls,
  type LeadStreamEvent,
  type OpenCall,
  type PastCall,
} from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { presumeMeeting, reportMeeting } from './meeting.js';
import {
  beginConversation,
  concludeConversation,
  concludePastCall,
  hearConsumer,
  hearOfPastCall,
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
  const past = lead.past.find(({ callId }) => callId === command.callId);
  return past === undefined ? [] : onPastCall(command, lead, past);
}

/**
 * What comes about a call that is over came late: the end is final. But an opt-out counts whenever
 * it is heard of (CO-8), and what the provider measured counts more than our clock.
 */
function onPastCall(
  command: Exclude<CallCommand, { type: 'StartCall' | 'GiveUpErased' }>,
  lead: CallableLead,
  call: PastCall,
): CallEvent[] {
  if (command.type === 'ReportConsumerLeg') return measureTalk(command, lead, call);
  if (command.type === 'HearConsumer') return hearOfPastCall(command, lead, call);
  if (command.type === 'ConcludeConversation') return concludePastCall(command, lead, call);
  return [];
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
    case 'TurnAway':
      return turnAway(command, lead, call);
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

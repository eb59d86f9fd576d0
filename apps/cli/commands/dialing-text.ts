import { type Dialing } from '#libs/calls';
import { fieldLines } from './field-lines.js';

/** Whether and how a tenant dials, in a few lines. */
export function dialingText(tenant: string, dialing: Dialing): string {
  const { settings, version, pausedSources } = dialing;
  const paused = pausedSources.length === 0 ? [] : [`Paused sources: ${pausedSources.join(', ')}`];
  const details = settings === null ? [] : [`Settings, version ${version}:`];
  return [
    standingText(tenant, dialing),
    ...paused,
    ...details,
    ...(settings === null ? [] : fieldLines(settings, '  ')),
  ].join('\n');
}

/** What came of a wish to stop or to go on, in a sentence. */
export function changeText(tenant: string, stopped: boolean, changed: boolean): string {
  if (stopped) return `Dialing of ${tenant} ${changed ? 'is stopped' : 'was stopped already'}.`;
  return `Dialing of ${tenant} ${changed ? 'goes on' : 'was not stopped'}.`;
}

function standingText(tenant: string, { settings, stopped }: Dialing): string {
  if (stopped) return `Dialing of ${tenant} is stopped: dialing resume lets it go on.`;
  if (settings === null) return `Dialing of ${tenant} has no settings yet, so nobody is dialed.`;
  return `Dialing of ${tenant} is on.`;
}

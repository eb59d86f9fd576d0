import { type ScriptContent, type ScriptEvent } from './script.events.js';

/** A script: never published, in use with its latest version, or retired. */
export type Script =
  | { readonly status: 'absent' }
  | {
      readonly status: 'published' | 'retired';
      readonly scriptId: string;
      /** The latest; from 1. */
      readonly version: number;
      readonly content: ScriptContent;
    };

/** Before anything happened. */
export function initialState(): Script {
  return { status: 'absent' };
}

/** Follows history without judging it. */
export function evolve(script: Script, event: ScriptEvent): Script {
  switch (event.type) {
    case 'ScriptPublished': {
      const { scriptId, version, content } = event.data;
      return { status: 'published', scriptId, version, content };
    }
    case 'ScriptRetired':
      return script.status === 'absent' ? script : { ...script, status: 'retired' };
  }
}

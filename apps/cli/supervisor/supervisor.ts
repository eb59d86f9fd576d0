import { join } from 'node:path';
import { BoundedLog } from './bounded-log.js';
import { type PartSpec } from './child.js';
import { type PartName } from './part.js';
import { type StartRefused } from './start-refused.js';
import { stopPlan } from './stop-plan.js';
import { SupervisedPart } from './supervised-part.js';

/** Process ids of the living, by name; a server that a child keeps has a line of its own. */
export type ProcessIds = Readonly<Record<string, number>>;

export interface SupervisorOptions {
  readonly logFolder: string;
  /** A sentence for the person who started the stack. */
  readonly report: (sentence: string) => void;
  /** Called with every change of the process ids. */
  readonly changed: (ids: ProcessIds) => void;
}

/** Keeps the parts of the stack running, and ends them in order. */
export class Supervisor {
  /** Rejects when a part died before the stack was ready, or again and again. */
  readonly failed: Promise<never>;
  readonly #options: SupervisorOptions;
  readonly #parts = new Map<PartName, SupervisedPart>();
  #fail: (error: StartRefused) => void = () => undefined;
  #stopping = false;
  #ready = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => undefined);
  }

  /** Starts a part and resolves when it is ready. */
  async start(spec: PartSpec): Promise<void> {
    if (this.#stopping) throw new Error('The stack is being stopped.');
    const { report } = this.#options;
    const log = new BoundedLog(join(this.#options.logFolder, `${spec.name}.log`));
    const changed = (): void => {
      this.#options.changed(this.processIds());
    };
    const mayRestart = (): boolean => this.#ready;
    const part = new SupervisedPart(spec, log, { report, changed, mayRestart, gaveUp: this.#fail });
    this.#parts.set(spec.name, part);
    await part.start();
  }

  /** Everything is ready: from now on a part that dies is started again. */
  allReady(): void {
    this.#ready = true;
  }

  /** Ends all parts in the order of the plan; in under ten seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { part, withinMs } of stopPlan) await this.#parts.get(part)?.stop(withinMs);
  }

  /** Ends all parts this instant. */
  kill(): void {
    this.#stopping = true;
    for (const part of this.#parts.values()) part.kill();
  }

  /** What runs now. */
  processIds(): ProcessIds {
    const ids: Record<string, number> = {};
    for (const [name, { child }] of this.#parts) {
      if (child === null) continue;
      const kept = child.kept();
      if (kept === null) ids[name] = child.pid;
      else Object.assign(ids, { [`${name}-keeper`]: child.pid, [name]: kept });
    }
    return ids;
  }
}

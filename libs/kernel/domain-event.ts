/**
 * A business fact: its name and what it says. `Data` is JSON-safe: instants as ISO-8601 UTC
 * strings, money as integer minor units with a currency, no floats, no `undefined`.
 */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** Who caused an event: a key, a person at the command line, or the system itself. */
export interface Actor {
  readonly kind: 'api_key' | 'operator' | 'system';
  /** The key's id, the operator's name or the component's name; never a secret. */
  readonly id: string;
}

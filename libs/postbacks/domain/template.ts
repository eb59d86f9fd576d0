import { MACRO_NAMES, type MacroName, type MacroValue, type MacroValues } from './macros.js';

/** A macro in either spelling: `{name}` or `[tag:name]`. */
const MACRO = /\{([^{}]*)\}|\[tag:([^[\]]*)\]/gi;

/** How other platforms write theirs, e.g. `[Call:ConversionPayout]`: it would be sent as it stands. */
const FOREIGN = /\{\{[^{}]*\}\}|\[(?!tag:)[a-z]+:[^[\]]*\]/gi;
/** A macro that is not closed, or was not opened; no address has a brace of its own. */
const LOOSE = /[{}][^{}/?&#]*/g;

/** Names in a template that are no macros, as they are written there. */
export function unknownMacros(template: string): readonly string[] {
  const names = [...template.replace(FOREIGN, '').matchAll(MACRO)].map(nameIn);
  const foreign = template.match(FOREIGN) ?? [];
  return [...new Set([...names.filter((name) => known(name) === null), ...foreign])];
}

/** The same in an address, and what is left of macros there. */
export function unknownInAddress(template: string): readonly string[] {
  const loose = template.replace(FOREIGN, '').replace(MACRO, '').match(LOOSE) ?? [];
  return [...unknownMacros(template), ...new Set(loose)];
}

/** An address with every macro replaced by its value, URL-encoded: none can add to the address. */
export function fillAddress(template: string, values: MacroValues): string {
  return template.replace(MACRO, (...match) => encodeURIComponent(text(valueOf(match, values))));
}

/**
 * A field of a body. A template that is one macro and nothing else keeps the type of its value, so
 * that a number is a number in JSON.
 */
export function fillField(template: string, values: MacroValues): MacroValue {
  const [only] = template.matchAll(MACRO);
  if (only?.[0] === template) return valueOf(only, values);
  return template.replace(MACRO, (...match) => text(valueOf(match, values)));
}

/** A macro's value as it is written in text. */
export function text(value: MacroValue): string {
  return value === null ? '' : String(value);
}

function valueOf(match: readonly unknown[], values: MacroValues): MacroValue {
  const name = known(nameIn(match));
  return name === null ? null : values[name];
}

function nameIn([, curly, tag]: readonly unknown[]): string {
  return String(curly ?? tag).trim();
}

function known(name: string): MacroName | null {
  return MACRO_NAMES.find((macro) => macro === name.toLowerCase()) ?? null;
}

const MACRO = /^(?:\{[^{}]*\}|\[tag:[^[\]]*\])$/i;
const MASK = '***';

/**
 * An address as people may see it at any time: values in its query are hidden unless they are
 * macros, for they may be credentials of the receiver.
 */
export function maskedAddress(url: string): string {
  const [path = '', ...rest] = url.split('?');
  if (rest.length === 0) return path;
  return `${path}?${rest.join('?').split('&').map(maskedField).join('&')}`;
}

function maskedField(field: string): string {
  const [name = '', ...values] = field.split('=');
  if (values.length === 0) return MASK;
  return `${name}=${MACRO.test(values.join('=')) ? values.join('=') : MASK}`;
}

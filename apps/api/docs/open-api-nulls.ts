type Json = Readonly<Record<string, unknown>>;

/**
 * A document of OpenAPI 3.0 in the words of 3.1, where `null` is a type of its own and `nullable`
 * does not exist.
 */
export function toVersion31(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toVersion31);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, toVersion31(value)]),
  );
  if (members['nullable'] !== true) return members;
  delete members['nullable'];
  return orNull(members);
}

function orNull(schema: Json): Json {
  const { type, enum: values, allOf, description, ...rest } = schema;
  if (typeof type === 'string') {
    const nullable = Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {};
    return { ...schema, ...nullable, type: [type, 'null'] };
  }
  const [only] = Array.isArray(allOf) ? (allOf as unknown[]) : [rest];
  return { ...(description !== undefined && { description }), anyOf: [only, { type: 'null' }] };
}

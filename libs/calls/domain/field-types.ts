import { type TSchema, Type } from 'typebox';

/** The value, or null. */
export const Nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** One of some words. */
export const OneOf = <const Words extends readonly string[]>(
  words: Words,
  options: { readonly description: string },
) =>
  Type.Union(
    words.map((word) => Type.Literal(word)),
    options,
  ) as unknown as ReturnType<typeof Type.Unsafe<Words[number]>>;

/** An instant as events carry it. */
export const instant = (description: string) =>
  Type.String({ description: `${description} ISO-8601 UTC.` });

/** Which lead; every event on a lead's stream says so. */
export const leadId = Type.String({ description: 'The lead, as in its stream name.' });

/** Which call to the consumer. */
export const callId = Type.String({ description: 'The call to the consumer, a UUID.' });

/** Which attempt to hand a consumer over to a destination. */
export const transferId = Type.String({
  description: 'One attempt to hand the consumer over to one destination, a UUID.',
});

/** Which destination, and in which version of its configuration. */
export const destinationRef = {
  destinationId: Type.String({ description: 'The destination.' }),
  destinationVersion: Type.Integer({ description: 'Version of its configuration that applied.' }),
};

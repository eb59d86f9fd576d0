import { RouteConfig } from '@nestjs/platform-fastify';
import { type RouteAccess } from '../exchange.js';

/**
 * Declares who may call a route. A route that does not say is open to nobody.
 *
 * `recalls`: its handler heeds `Caller.earlierRun`, so that the log answers for a request that
 * comes again with its Idempotency-Key. `takesAnything`: it is given the bytes of its body, of
 * whatever form.
 */
export function Access(
  access: RouteAccess,
  { recalls = false, takesAnything = false } = {},
): MethodDecorator {
  return RouteConfig({ access, recalls, takesAnything });
}

import { RouteConfig } from '@nestjs/platform-fastify';
import { type RouteAccess } from '../exchange.js';

/** Declares who may call a route. A route that does not say is open to nobody. */
export function Access(access: RouteAccess): MethodDecorator {
  return RouteConfig({ access });
}

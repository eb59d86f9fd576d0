import { DomainError } from '#libs/kernel';
import { type FastifyAdapter } from '@nestjs/platform-fastify';
import { HttpRefusal } from './errors/http-refusal.js';

/** Knows every route there is, to tell a wrong method from a wrong address. */
export class MissingRoutes {
  readonly #routes: { readonly method: string; readonly pattern: RegExp }[] = [];

  /** Takes note of routes as they are declared; before the first one is. */
  watch(adapter: FastifyAdapter): void {
    adapter.getInstance().addHook('onRoute', ({ method, url }) => {
      const pattern = new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+').replace(/\*/g, '.*')}$`);
      for (const one of [method].flat()) this.#routes.push({ method: one, pattern });
    });
  }

  /** The refusal of a request that no route took. */
  refusal(url: string): DomainError | HttpRefusal {
    const [path = ''] = url.split('?', 1);
    const methods = this.#routes
      .filter(({ pattern }) => pattern.test(path))
      .map(({ method }) => method);
    if (methods.length > 0) return methodNotAllowed(methods);
    return new DomainError(
      'not_found',
      'route_not_found',
      'There is nothing at this address. See /docs for what there is.',
    );
  }
}

function methodNotAllowed(methods: readonly string[]): HttpRefusal {
  const allow = [...new Set(methods)].sort().join(', ');
  return new HttpRefusal(405, 'method_not_allowed', `This address answers ${allow} only.`, {
    headers: { allow },
    details: { allow },
  });
}

import fastifyStatic from '@fastify/static';
import { type FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance } from 'fastify';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { docsPage, docsScript } from './docs-page.js';
import { packageFile } from './package-file.js';

const ASSETS = ['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png'];
const DAY_SECONDS = 86_400;
/** The page runs its own scripts and asks its own api; nothing of anybody else's. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** Serves openapi.json, and at /docs the same to read and try, from files of our own only. */
export function addDocumentation(adapter: FastifyAdapter): void {
  const server = adapter.getInstance<FastifyInstance>();
  server.register((scope, _, done) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    addTexts(scope);
    scope.register(fastifyStatic, {
      root: dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')),
      prefix: '/docs/assets/',
      index: false,
      maxAge: DAY_SECONDS * 1000,
      allowedPath: (path) => ASSETS.includes(path),
    });
    done();
  });
}

function addTexts(scope: FastifyInstance): void {
  const openApi = packageFile('openapi.json');
  // Whoever asks is told; until then nobody is.
  openApi.catch(() => undefined);
  scope.get('/openapi.json', async (_, reply) =>
    reply.type('application/json; charset=utf-8').send(await openApi),
  );
  scope.get('/docs', (_, reply) => {
    void reply
      .header('content-security-policy', PAGE_POLICY)
      .type('text/html; charset=utf-8')
      .send(docsPage);
  });
  scope.get('/docs/start.js', (_, reply) => {
    void reply.type('text/javascript; charset=utf-8').send(docsScript);
  });
}

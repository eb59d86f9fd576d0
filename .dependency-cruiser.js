/**
 * Which way dependencies may point. test/architecture proves that every rule here can fail.
 *
 *   apps → contexts and projections → event-store, read-db, privacy → kernel
 */
const CONTEXTS = '(leads|calls|revenue|postbacks|distribution|auctions|accounts)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'kernel-imports-nothing',
      comment: 'The kernel is the vocabulary of everything; it must not know anything.',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/kernel/' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'Domain code decides. It may use the kernel, its own domain, filters, the reader of fields, the ' +
        'declaration of events, the events of other contexts, and a reader of XML, which is pure.',
      severity: 'error',
      from: { path: '^libs/[^/]+/domain/', pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot: [
          '^libs/[^/]+/domain/',
          '^libs/kernel/index\\.ts$',
          '^libs/event-store/(index|catalog)\\.ts$',
          '^libs/[^/]+/events\\.ts$',
          '^libs/fields/index\\.ts$',
          '^libs/filters/index\\.ts$',
          '(^|/)node_modules/typebox/',
          '(^|/)node_modules/@xmldom/',
        ],
      },
    },
    {
      name: 'domain-stays-at-home',
      comment: 'A domain may not reach into the domain of another context.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/domain/' },
      to: { path: '^libs/[^/]+/domain/', pathNot: '^libs/$1/domain/' },
    },
    {
      name: 'contexts-meet-through-events',
      comment: 'Bounded contexts know of each other the facts they state, and nothing else.',
      severity: 'error',
      from: { path: `^libs/${CONTEXTS}/` },
      to: { path: `^libs/${CONTEXTS}/`, pathNot: ['^libs/$1/', '^libs/[^/]+/events\\.ts$'] },
    },
    {
      name: 'libs-have-one-door',
      comment: 'Others import a lib through its index.ts, or its facts through events.ts.',
      severity: 'error',
      from: { path: '^(apps|projections|bench|demo|libs/([^/]+))/' },
      to: { path: '^libs/[^/]+/(?!(index|events)\\.ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'libs-do-not-know-apps',
      comment: 'Apps are put together from libs, not the other way round. Test fixtures may.',
      severity: 'error',
      from: { path: '^(libs|projections)/', pathNot: '(^libs/testing/|\\.(spec|fixtures)\\.ts$)' },
      to: { path: '^(apps|bench|demo|test)/' },
    },
    {
      name: 'libs-do-not-know-projections',
      comment: 'Read models are read by apps.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '(^libs/testing/|\\.(spec|fixtures)\\.ts$)' },
      to: { path: '^projections/' },
    },
    {
      name: 'projections-stand-alone',
      comment:
        'A read model answers one question from events alone, never from another read model.',
      severity: 'error',
      from: { path: '^projections/([^/]+)/' },
      to: { path: '^projections/([^/]+)/', pathNot: '^projections/$1/' },
    },
    {
      name: 'replays-know-no-reactors',
      comment:
        'A rebuild or a replay of read models has no effect outside: it does not know who would have one.',
      severity: 'error',
      from: { path: '^(projections|libs/read-db)/' },
      to: { path: '^libs/reactors/' },
    },
    {
      name: 'reactors-know-no-context',
      comment: 'The host of reactors runs what a context declares; it does not know what that is.',
      severity: 'error',
      from: { path: '^libs/reactors/' },
      to: { path: `^libs/${CONTEXTS}/` },
    },
    {
      name: 'one-importer-of-the-client',
      comment:
        'Everything goes through the port. The embedded store uses only the client’s generated protocol.',
      severity: 'error',
      from: { pathNot: '(^libs/event-store/|^apps/eventstore/|^test/|^bench/|\\.spec\\.ts$)' },
      to: { path: '(^|/)node_modules/@eventstore/' },
    },
    {
      name: 'one-importer-of-twilio',
      comment: 'Telephony is a port; only its lib knows the vendor.',
      severity: 'error',
      from: { pathNot: '^libs/telephony/' },
      to: { path: '(^|/)node_modules/twilio/' },
    },
    {
      name: 'only-the-api-is-described',
      comment:
        'What describes routes and bodies is a sixth of all there is to load; only the api needs it.',
      severity: 'error',
      from: { pathNot: '^apps/api/' },
      to: { path: '(^|/)node_modules/@nestjs/swagger/' },
    },
    {
      name: 'sql-stays-in-the-read-side',
      comment: 'Only read-db, read models and adapters speak SQL.',
      severity: 'error',
      from: {
        path: '^libs/[^/]+/(domain|application|intake)/|^libs/(kernel|event-store)/',
        pathNot: '\\.spec\\.ts$',
      },
      to: { path: '(^|/)node_modules/(kysely|pg)/' },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'Production code never imports a spec or the test library.',
      severity: 'error',
      from: { pathNot: '(^libs/testing/|^test/|\\.spec\\.ts$|\\.fixtures\\.ts$)' },
      to: { path: '(\\.spec\\.ts$|\\.fixtures\\.ts$|^libs/testing/|^test/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};

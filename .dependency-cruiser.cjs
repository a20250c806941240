// The arrows of the house: who may import whom. `npm run arrows` enforces them.
const room = (name) => `^server/${name}/`;
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(server|web|migrations|scripts|test)/', pathNot: [from, ...allowed] },
});
const PURE = ['time', 'event', 'stats', 'kpi', 'review'].map(room);

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: ['\\.d\\.ts$', '^\\.', 'config\\.(js|ts)$', '^test/', '^scripts/', '^migrations/', '^server/(main|cli)\\.ts$', '^web/public/'] }, to: {} },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: ['\\.(css|svelte)$', '^fastify/types/'] } },
    only('time-imports-nothing', room('time'), [], 'time stands alone'),
    only('event-imports-time', room('event'), [room('time')], ''),
    only('stats-imports-time', room('stats'), [room('time')], ''),
    only('kpi-imports-below', room('kpi'), [room('time'), room('event'), room('stats')], ''),
    only('review-imports-below', room('review'), [room('kpi'), room('time'), room('event'), room('stats')], ''),
    only('sources-import-time-event-documents', room('sources'), [room('time'), room('event'), '^server/kpi/(document|problem|spelling)\\.ts$'], 'sources never meet the store'),
    only('store-imports-pure-rooms', room('store'), [...PURE, '^migrations/'], 'the store never meets the sources'),
    only('migrations-stand-alone', '^migrations/', [], 'a migration never changes because code did'),
    only('api-knows-review-and-ports', room('api'), [...PURE, '^server/jobs/engine\\.ts$', '^server/store/store\\.ts$', '^server/sources/source\\.ts$', '^server/config\\.ts$'], 'api knows review and the ports'),
    {
      name: 'jobs-get-stores-and-sources-as-arguments',
      severity: 'error',
      from: { path: room('jobs') },
      to: { path: ['^server/(store|sources|api)/', '^(web|scripts|test|migrations)/'], pathNot: ['^server/store/store\\.ts$', '^server/sources/source\\.ts$'] },
    },
    { name: 'nobody-imports-the-roots', severity: 'error', from: { path: '^server/(?!cli/)[a-z]+/' }, to: { path: '^server/(main|cli)\\.ts$' } },
    { name: 'web-imports-the-contract-only', severity: 'error', from: { path: '^web/' }, to: { path: '^(server|migrations|scripts|test)/', pathNot: '^server/api/contract\\.ts$' } },
    { name: 'web-imports-types-only', severity: 'error', from: { path: '^web/' }, to: { path: '^server/', dependencyTypesNot: ['type-only'] } },
    { name: 'pure-rooms-have-no-built-ins', severity: 'error', from: { path: PURE }, to: { dependencyTypes: ['core'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '(^|/)(node_modules|\\.dist|\\.quarterdeck)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'], extensions: ['.ts', '.js', '.svelte'] },
  },
};

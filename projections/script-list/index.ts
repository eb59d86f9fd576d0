export { scriptListProjection, type ScriptListRow } from './script-list.projection.js';
export { listScripts, type ScriptListFilter } from './script-list.queries.js';

import vm from 'node:vm';
import JestRuntime from 'jest-runtime';

/**
 * Jest's runtime, with every module compiled once in a worker. Jest gives each suite modules of its
 * own and compiles them from their text each time; here V8 gets back the code that it made of the
 * same text before. What is kept is code without state, so suites share nothing that a test could
 * see. Node offers no other way to hand it over than `cachedData`, hence the change to `node:vm`.
 */
const { compileFunction, SourceTextModule } = vm;

/** By a module's name: its text, and the code it was compiled to. */
const compiled = new Map();

/** The code of this very text, if it was compiled before. */
function compiledBefore(name, source) {
  const known = compiled.get(name);
  return known?.source === source ? known.code : undefined;
}

vm.SourceTextModule = class extends SourceTextModule {
  constructor(source, options = {}) {
    const cachedData = compiledBefore(options.identifier, source);
    super(source, { ...options, cachedData });
    if (cachedData === undefined) {
      compiled.set(options.identifier, { source, code: this.createCachedData() });
    }
  }
};

vm.compileFunction = (source, parameters = [], options = {}) => {
  const name = `${options.filename}(${parameters})`;
  const cachedData = compiledBefore(name, source);
  const produceCachedData = cachedData === undefined;
  const made = compileFunction(source, parameters, { ...options, cachedData, produceCachedData });
  if (produceCachedData) compiled.set(name, { source, code: made.cachedData });
  return made;
};

// Jest asks for its runtime with `require`.
export { JestRuntime as 'module.exports' };

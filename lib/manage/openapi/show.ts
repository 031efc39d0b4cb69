import { z } from 'zod';
import { type Contract, type Route, type Row, route } from '../contract.ts';
import { type Description, describeApi } from './describe.ts';

const contract = {
  operation: 'showDescription',
  summary: 'This description',
  answers: {
    200: {
      description: 'OpenAPI 3.1',
      body: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
      example: { openapi: '3.1.0', paths: {} },
    },
  },
} satisfies Contract;

/** Shows the description of routes, which is made once, when somebody asks. */
export function showDescription(rows: () => readonly Row[]): Route {
  let made: Description | undefined;
  return route(contract)(async () => {
    made ??= describeApi(rows());
    return { status: 200, jsonBody: { ...made } };
  });
}

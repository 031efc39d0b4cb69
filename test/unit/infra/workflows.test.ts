import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = '.github/workflows';

const stepSchema = z.object({ uses: z.string().optional(), run: z.string().optional() });
const workflowSchema = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.object({
      'timeout-minutes': z.number(),
      permissions: z.record(z.string(), z.string()).optional(),
      strategy: z.object({ matrix: z.record(z.string(), z.array(z.number())) }).optional(),
      env: z.record(z.string(), z.string()).optional(),
      steps: z.array(stepSchema),
    }),
  ),
});

const workflows = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const { permissions, jobs } = workflowSchema.parse(parse(text));
  const all = Object.values(jobs);
  return { name, text, permissions, jobs: all, steps: all.flatMap(({ steps }) => steps) };
});
const workflowOf = (name: string) => {
  const found = workflows.find((one) => one.name === name);
  if (!found) throw new Error(`there is no workflow ${name}`);
  return found;
};

describe.each(workflows)('the workflow $name', ({ text, permissions, jobs, steps }) => {
  it('pins every action by commit, and says its version', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    const lines = text.match(/uses: .*/g) ?? [];
    expect(used.length).toBeGreaterThan(0);
    expect(lines.length).toBe(used.length);
    for (const line of lines)
      expect(line).toMatch(/^uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may read, and nothing that it does not need', () => {
    const given = [permissions, ...jobs.map((job) => job.permissions ?? {})];
    const writes = given.flatMap((one) => Object.entries(one).filter(([, may]) => may === 'write'));
    expect(writes.map(([name]) => name)).toEqual(
      text.includes('azd auth login') ? ['id-token'] : [],
    );
  });

  it('knows no secret', () => {
    expect(text).not.toMatch(/\$\{\{\s*secrets\b/);
  });

  it('takes nothing from outside into a shell', () => {
    const runs = steps.flatMap(({ run }) => run ?? []);
    expect(runs.filter((run) => run.includes('${{'))).toEqual([]);
  });
});

it('checks what npm run check does, on Node 22 and 24', () => {
  const { jobs, steps } = workflowOf('check.yml');
  expect(jobs[0]?.strategy?.matrix).toEqual({ node: [22, 24] });
  const runs = steps.flatMap(({ run }) => run ?? []);
  for (const script of ['ci', 'run lint', 'run types', 'run unused', 'test'])
    expect(runs).toContain(`npm ${script}`);
});

it('gives the deployment what its parameters read', () => {
  const parameters = readFileSync('infra/main.bicepparam', 'utf8');
  const read = [...parameters.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(
    ([, name = '']) => name,
  );
  const env = Object.entries(workflowOf('deploy.yml').jobs[0]?.env ?? {});
  const given = env.filter(([name, value]) => value === `\${{ vars.${name} }}`);
  expect(given.map(([name]) => name)).toEqual(expect.arrayContaining(read));
  const readme = readFileSync('infra/README.md', 'utf8');
  for (const name of read) expect(readme).toContain(`\`${name}\``);
});

it('azd finds the bundle that npm run build makes', () => {
  const project: unknown = parse(readFileSync('infra/azure.yaml', 'utf8'));
  expect(project).toMatchObject({
    infra: { provider: 'bicep', path: '.', module: 'main' },
    services: {
      connector: {
        project: '..',
        host: 'function',
        dist: '../dist',
        hooks: { prepackage: { run: expect.stringContaining('npm run build') } },
      },
    },
  });
  const app = readFileSync('infra/modules/function-app.bicep', 'utf8');
  expect(app).toContain("'azd-service-name': 'connector'");
});

import { afterAll, beforeAll, describe, it } from 'vitest';
import { httpStage } from './scim/http-stage.ts';
import { replay } from './scim/replay.ts';
import { STORIES } from './scim/stories.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ empty: true, users: 3, groups: 1, memberships: 2 });
});

afterAll(() => world.stop());

let stages = 0;

describe('the SCIM service over HTTP', () => {
  it.each(STORIES)('$name', async (story) => {
    stages += 1;
    await replay(story, await httpStage(world, `story-${stages}`));
  });
});

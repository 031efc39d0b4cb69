import { it } from 'vitest';
import { replay } from '../../../scenarios/scim/replay.ts';
import { STORIES } from '../../../scenarios/scim/stories.ts';
import { openScimService } from './open-scim.ts';

it.each(STORIES)('$name', async (story) => {
  const { stage } = await openScimService();
  await replay(story, await stage('story'));
});

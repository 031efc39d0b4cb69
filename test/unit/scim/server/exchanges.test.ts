import { describe, it } from 'vitest';
import { replay } from '../../../scenarios/scim/replay.ts';
import { STORIES } from '../../../scenarios/scim/stories.ts';
import { openScimService } from './open-scim.ts';

describe.each(['app', 'entra'] as const)('the SCIM service as the role %s sees it', (role) => {
  it.each(STORIES)('$name', async (story) => {
    const { stage } = await openScimService();
    await replay(story, await stage('story', role));
  });
});

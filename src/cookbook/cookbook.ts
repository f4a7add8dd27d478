import { exposure } from './exposure.ts';
import { inventory } from './inventory.ts';
import type { Question } from './question.ts';
import { recovery } from './recovery.ts';
import { storage } from './storage.ts';
import { tags } from './tags.ts';

/** The questions of the documentation, in its order. */
export const questions: readonly Question[] = [...inventory, ...recovery, ...exposure, ...storage, ...tags];

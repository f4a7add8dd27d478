import { questions } from '../cookbook/cookbook.ts';
import type { Session } from '../gateway/session.ts';
import { changeTools } from './changes.ts';
import { createConfirmations } from './confirmations.ts';
import { questionTool } from './questions.ts';
import type { Tool } from './tool.ts';

/** Creates the tools of a session: one for each question and, if changes are allowed, those that change AWS. */
export function createTools(session: Pick<Session, 'run' | 'permissions'>, allowsChanges: boolean): readonly Tool[] {
  const tools = questions.map((question) => questionTool(question, session));
  return allowsChanges ? [...tools, ...changeTools({ session, confirmations: createConfirmations() })] : tools;
}

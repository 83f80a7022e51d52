/** `npm run tidy`: says where the tree breaks the rules of the house; a test does the same. */
import { checkHouse } from './tidy/house.ts';
import { readTree } from './tidy/tree.ts';
import { violationText } from './tidy/violation.ts';

const violations = checkHouse(readTree(process.cwd()));
for (const violation of violations) console.error(violationText(violation));
if (violations.length > 0) {
  console.error(
    `\n${violations.length === 1 ? '1 rule is' : `${violations.length} rules are`} broken. CONTRIBUTING.md has them.`,
  );
  process.exitCode = 1;
}

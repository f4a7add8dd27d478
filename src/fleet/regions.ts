import { partition } from '@aws-sdk/core/client';

/** The characters of region names. */
const characters = 'abcdefghijklmnopqrstuvwxyz0123456789-'.split('');

/**
 * Returns what is doubtful about the regions of accounts and grants: for each name that the AWS SDK does not list, one
 * sentence, with the nearest listed name if one differs by one character. AWS can have regions that the SDK lacks.
 */
export function regionDoubts(
  ...lists: readonly (readonly { readonly regions?: readonly string[] | undefined }[])[]
): string[] {
  const names = lists.flat().flatMap(({ regions = [] }) => regions);
  return [...new Set(names)].filter((name) => !isListed(name)).map(describe);
}

function describe(region: string): string {
  const nearest = [...variantsOf(region)].find(isListed);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `${JSON.stringify(region)} is not in the list of AWS regions of this version. Check the name, unless the region is new.${hint}`;
}

/** The SDK describes only the regions that it lists; pseudo regions such as `aws-global` have no number. */
function isListed(region: string): boolean {
  return 'description' in partition(region) && /-\d+$/.test(region);
}

/** Returns the names that differ from a name by one replaced, missing, additional or transposed character. */
function* variantsOf(name: string): Generator<string> {
  // In this order, so that a wrong number is corrected first.
  for (let at = name.length; at >= 0; at -= 1) {
    const [before, after] = [name.slice(0, at), name.slice(at)];
    for (const each of characters) yield before + each + after.slice(1);
    for (const each of characters) yield before + each + after;
    yield before + after.slice(1);
    yield before + after.charAt(1) + after.charAt(0) + after.slice(2);
  }
}

import { question } from './question.ts';

/** The questions of the section Tags. */
export const tags = [
  question(
    'Which manual snapshots have no tags?',
    `query UntaggedSnapshots {
  snapshots(first: 100, filter: { types: [MANUAL], untagged: true }) {
    nodes {
      arn
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots belong to one of two teams in production?',
    `query TaggedSnapshots(
  $tags: [TagFilter!] = [{ key: "team", values: ["shop", "web"] }, { key: "environment", values: ["production"] }]
) {
  snapshots(first: 100, filter: { tags: $tags }) {
    nodes {
      arn
      tags {
        key
        value
      }
    }
    isComplete
  }
}
`,
  ),
];

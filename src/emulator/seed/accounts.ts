const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];

/** The accounts of the seeded world, all with the same regions. One id has a leading zero. */
export const seedAccounts: readonly { readonly id: string; readonly name: string; readonly regions: string[] }[] = [
  { id: '123456789012', name: 'production', regions },
  { id: '210987654321', name: 'staging', regions },
  { id: '012345678901', name: 'analytics', regions },
];

/** An account outside the organization: it shares snapshots with the seeded accounts, and they share with it. */
export const partnerAccount = '555566667777';

/** Somebody of the service who does not exist. */
export type TestStaff = {
  /** By which a token is asked for, and the id in it. */
  readonly key: string;
  readonly description: string;
  readonly role: 'support' | 'fund';
  readonly name: string;
};

export const TEST_STAFF: readonly TestStaff[] = [
  { key: 'support-1', description: 'agente de l’assistance 3422', role: 'support', name: 'Nadia ESSAI' },
  { key: 'support-2', description: 'autre agent de l’assistance 3422', role: 'support', name: 'Olivier ESSAI' },
  { key: 'fund-1', description: 'agente de la caisse d’assurance maladie', role: 'fund', name: 'Paule ESSAI' },
];

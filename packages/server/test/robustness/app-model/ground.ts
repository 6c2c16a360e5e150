import fc from 'fast-check';

export type View = 'edge' | 'x';

export const view = fc.constantFrom<View>('edge', 'x');
export const developers = ['ann@example.com', 'bob@example.com'] as const;

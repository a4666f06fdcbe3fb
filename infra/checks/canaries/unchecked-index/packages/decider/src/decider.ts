const known: string[] = []
export const accept = (event: string): string[] => [event, known[0]]

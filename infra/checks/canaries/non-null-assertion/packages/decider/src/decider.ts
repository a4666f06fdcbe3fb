export const accept = (event: string | undefined): string[] => [event!]

const known: Record<string, string> = {}
export const accept = (event: string) => [event, known.reason]

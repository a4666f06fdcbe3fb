export const accept = (event: any): string[] => [String(event)]

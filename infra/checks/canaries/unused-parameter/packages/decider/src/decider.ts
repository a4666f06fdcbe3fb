export const accept = (event: string): string[] => []

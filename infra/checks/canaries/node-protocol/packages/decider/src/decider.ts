import { hostname } from 'os'

export const accept = (event: string): string[] => [event, hostname()]

export const accept = (event: string): string[] => {
    return [ "event", event ];
}

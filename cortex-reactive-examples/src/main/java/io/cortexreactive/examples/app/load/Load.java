package io.cortexreactive.examples.app.load;

/**
 * What to generate.
 *
 * @param provider whom to ask
 * @param streams how many answers stream at a time
 * @param chunksPerSecond of each
 * @param seconds how long
 * @param failing how many in a hundred break off in the middle
 */
record Load(String provider, int streams, int chunksPerSecond, int seconds, int failing) {}

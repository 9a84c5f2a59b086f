/**
 * Testing applications without a model: a scripted provider in the process, and a server that speaks the real wire
 * protocols on loopback, both from the same {@link io.cortexreactive.testing.ScriptedReply}.
 */
@NullMarked
package io.cortexreactive.testing;

import org.jspecify.annotations.NullMarked;

/**
 * What watches over the whole suite of a module: nothing may block, and no Netty buffer may leak. A finding is written
 * below {@code target}, and the build fails when such a file exists. Loaded from this jar by whoever has it on the test
 * class path.
 */
@NullMarked
package io.cortexreactive.gates;

import org.jspecify.annotations.NullMarked;

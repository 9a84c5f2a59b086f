package io.cortexreactive.gates;

import java.io.PrintWriter;
import java.io.StringWriter;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Remembers each blocking call that BlockHound catches, besides letting it fail: a library that swallows the error
 * would hide it otherwise.
 */
public final class BlockingCalls implements BlockHoundIntegration {

    static final Findings FINDINGS = new Findings();

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.blockingMethodCallback(BlockingCalls::fail);
    }

    private static void fail(BlockingMethod method) {
        BlockingOperationError error = new BlockingOperationError(method);
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        FINDINGS.add("BLOCKED: thread " + Thread.currentThread().getName() + ", " + trace);
        throw error;
    }
}

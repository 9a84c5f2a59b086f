package io.cortexreactive.benchmarks;

import io.cortexreactive.guardrail.Guardrail;
import io.cortexreactive.guardrail.GuardrailResult;
import io.cortexreactive.guardrail.Guardrails;
import io.cortexreactive.guardrail.KeywordGuardrail;
import io.cortexreactive.guardrail.RegexGuardrail;
import io.cortexreactive.guardrail.pii.NationalId;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it takes to scan a megabyte of text: of prose, and of texts made to be slow to scan. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class GuardrailScanBenchmark {

    private static final int SIZE = 1 << 20;

    private static final Map<String, String> PIECES = Map.of(
            "prose", "Reactive streams let a slow consumer pace its source, in 3 words: it asks first. ",
            "letters", "a",
            "digits", "6 6 60 ",
            "mixed", "4a1b",
            "ats", "a@b.c@",
            "hex", "a1:b2::");

    /** What the text is made of. */
    @Param({"prose", "letters", "digits", "mixed", "ats", "hex"})
    public String text = "prose";

    private final Guardrail pii =
            PiiGuardrail.builder().nationalIds(NationalId.values()).build();
    private final Guardrail words =
            KeywordGuardrail.mask("words", "#", "secret plan", "aaaaaaaaab", "a1 b2 c3", "66 6 6");
    private final Guardrail patterns = RegexGuardrail.builder("patterns")
            .pattern("evil", "(a+)+$")
            .maxLength(64)
            .build();

    private GuardrailResult scan(Guardrail guardrail) {
        String piece = Objects.requireNonNull(PIECES.get(text));
        return Guardrails.scan(Objects.requireNonNull(guardrail.scanner()), piece.repeat(SIZE / piece.length()) + "!");
    }

    /** All kinds, and the national ids of all countries. */
    @Benchmark
    public GuardrailResult personalData() {
        return scan(pii);
    }

    /** A few words and phrases. */
    @Benchmark
    public GuardrailResult words() {
        return scan(words);
    }

    /** A pattern that takes others exponential time. */
    @Benchmark
    public GuardrailResult patterns() {
        return scan(patterns);
    }
}

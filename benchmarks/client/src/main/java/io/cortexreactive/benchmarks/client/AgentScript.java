package io.cortexreactive.benchmarks.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What a model says in a run of an agent: in each iteration it calls the one tool there is, and in the last it answers.
 * It counts, so that an agent which leaves something out is not measured. One run at a time.
 */
public final class AgentScript {

    /** How often the model is asked in a run. */
    public static final int ITERATIONS = 50;

    /** The tool that is called. */
    public static final String TOOL = "look_up";

    /** Its only argument. */
    public static final String ARGUMENT = "n";

    /** What it gives. */
    public static final String RESULT = "found";

    /** The last answer of the model. */
    public static final String ANSWER = "Done.";

    private int asked;
    private int ran;

    /** Makes all answers beforehand, so that the model costs next to nothing. Each call has an id of its own. */
    public static <T> List<T> answers(IntFunction<T> call, T last) {
        List<T> answers = new ArrayList<>();
        for (int i = 1; i < ITERATIONS; i++) {
            answers.add(call.apply(i));
        }
        answers.add(last);
        return List.copyOf(answers);
    }

    /** The model is asked; gives its next answer. */
    public <T> T ask(List<T> answers) {
        return answers.get(asked++);
    }

    /** The tool is run. */
    public String runTool() {
        ran++;
        return RESULT;
    }

    /** Ends a run, whose answer is given, and begins the next one. */
    public String end(String answer) {
        if (asked != ITERATIONS || ran != ITERATIONS - 1 || !ANSWER.equals(answer)) {
            throw new IllegalStateException(
                    "A run asked the model " + asked + " times, ran " + ran + " tools and answered: " + answer);
        }
        asked = 0;
        ran = 0;
        return answer;
    }
}

package io.cortexreactive.prompt;

import java.time.Duration;
import java.util.List;

/**
 * How prompts are found and kept, and what a template may cost.
 *
 * @param discovery where prompts are looked for
 * @param caching what is kept of them
 * @param limits what a template may cost
 * @param hotReload whether the directories of {@code discovery} are read again when something in them changes; each
 *     occupies a thread of the bounded scheduler, which is meant for development
 */
public record PromptSettings(Discovery discovery, Caching caching, Limits limits, boolean hotReload) {

    /** The class path's {@code prompts}, read once; compiled templates kept for an hour, {@link Limits#DEFAULTS}. */
    public static final PromptSettings DEFAULTS =
            new PromptSettings(Discovery.DEFAULTS, Caching.DEFAULTS, Limits.DEFAULTS, false);

    /** The same, found elsewhere. */
    public PromptSettings withDiscovery(Discovery value) {
        return new PromptSettings(value, caching, limits, hotReload);
    }

    /** The same, kept in another way. */
    public PromptSettings withCaching(Caching value) {
        return new PromptSettings(discovery, value, limits, hotReload);
    }

    /** The same, with other limits. */
    public PromptSettings withLimits(Limits value) {
        return new PromptSettings(discovery, caching, value, hotReload);
    }

    /** The same, read again as files change or not. */
    public PromptSettings withHotReload(boolean value) {
        return new PromptSettings(discovery, caching, limits, value);
    }

    /**
     * Where prompts are looked for when the plugin boots.
     *
     * @param enabled whether they are
     * @param paths directories, or {@code classpath:} and a folder of the class path; each must exist. Empty stands for
     *     {@code classpath:prompts}, which need not
     */
    public record Discovery(boolean enabled, List<String> paths) {

        /** {@code classpath:prompts}, if there is one. */
        public static final Discovery DEFAULTS = new Discovery(true, List.of());

        public Discovery {
            paths = List.copyOf(paths);
        }
    }

    /**
     * What is kept of prompts, besides the prompts themselves.
     *
     * @param enabled whether compiled templates are kept; if not, each rendering compiles
     * @param ttl for how long after their last use
     */
    public record Caching(boolean enabled, Duration ttl) {

        /** For an hour. */
        public static final Caching DEFAULTS = new Caching(true, Duration.ofHours(1));
    }

    /**
     * What a template may cost. What is beyond is a {@link io.cortexreactive.error.LimitExceededException}, and stops
     * the work at once.
     *
     * @param template characters of a template
     * @param rendered characters of a rendered prompt
     * @param steps rounds of all loops of a rendering, and partials, taken together
     * @param depth blocks and partials within each other
     * @param time for one rendering
     */
    public record Limits(int template, int rendered, int steps, int depth, Duration time) {

        /** 256 Ki and 1 Mi characters, 100,000 steps, 50 levels, one second. */
        public static final Limits DEFAULTS = new Limits(256 << 10, 1 << 20, 100_000, 50, Duration.ofSeconds(1));
    }
}

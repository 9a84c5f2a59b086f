package io.cortexreactive.prompt;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

final class DefaultPromptRegistry implements PromptRegistry {

    private final TemplateEngine engine;
    /** Never changed, but replaced. */
    private volatile NavigableMap<String, NavigableMap<PromptVersion, Prompt>> prompts = new TreeMap<>();

    DefaultPromptRegistry(PromptSettings settings, Ticker clock) {
        TemplateEngine.standalone();
        engine = new TemplateEngine(settings, this::find, clock);
    }

    TemplateEngine engine() {
        return engine;
    }

    private Optional<Prompt> find(String id) {
        NavigableMap<PromptVersion, Prompt> versions = prompts.get(id);
        return versions == null
                ? Optional.empty()
                : Optional.of(versions.lastEntry().getValue());
    }

    @Override
    public void register(Prompt prompt) {
        if (prompt instanceof DefaultPrompt known) {
            DefaultPrompt ours = known.in(engine);
            ours.check();
            exchange(List.of(), List.of(ours));
        } else {
            exchange(List.of(), List.of(prompt));
        }
    }

    /** Removes some prompts and adds others, at once for those who look. */
    void exchange(Collection<? extends Prompt> removed, Collection<? extends Prompt> added) {
        change(copy -> {
            removed.forEach(prompt -> take(copy, prompt.id(), prompt.version()));
            added.forEach(prompt -> copy.computeIfAbsent(prompt.id(), id -> new TreeMap<>())
                    .put(PromptVersion.of(prompt.id(), prompt.version()), prompt));
        });
    }

    private synchronized void change(Consumer<NavigableMap<String, NavigableMap<PromptVersion, Prompt>>> change) {
        NavigableMap<String, NavigableMap<PromptVersion, Prompt>> copy = new TreeMap<>();
        prompts.forEach((id, versions) -> copy.put(id, new TreeMap<>(versions)));
        change.accept(copy);
        prompts = copy;
    }

    private static void take(
            NavigableMap<String, NavigableMap<PromptVersion, Prompt>> from, String id, String version) {
        NavigableMap<PromptVersion, Prompt> versions = from.get(id);
        PromptVersion parsed = PromptVersion.parse(version);
        if (versions != null && parsed != null) {
            versions.remove(parsed);
            if (versions.isEmpty()) {
                from.remove(id);
            }
        }
    }

    @Override
    public Prompt get(String id) {
        return latest(id);
    }

    @Override
    public Prompt get(String id, String version) {
        if (version.equals(LATEST)) {
            return latest(id);
        }
        NavigableMap<PromptVersion, Prompt> versions = prompts.get(id);
        if (versions == null) {
            throw PromptNotFoundException.forId(id, prompts.keySet());
        }
        PromptVersion parsed = PromptVersion.parse(version);
        Prompt prompt = parsed == null ? null : versions.get(parsed);
        if (prompt == null) {
            throw PromptNotFoundException.forVersion(id, version, versions(id));
        }
        return prompt;
    }

    @Override
    public boolean has(String id) {
        return prompts.containsKey(id);
    }

    @Override
    public List<String> versions(String id) {
        NavigableMap<PromptVersion, Prompt> versions = prompts.get(id);
        return versions == null
                ? List.of()
                : versions.keySet().stream().map(PromptVersion::text).toList();
    }

    @Override
    public Prompt latest(String id) {
        return find(id).orElseThrow(() -> PromptNotFoundException.forId(id, prompts.keySet()));
    }

    @Override
    public Collection<Prompt> all() {
        return prompts.values().stream()
                .map(versions -> versions.lastEntry().getValue())
                .toList();
    }

    @Override
    public boolean remove(String id, String version) {
        NavigableMap<PromptVersion, Prompt> versions = prompts.get(id);
        PromptVersion parsed = PromptVersion.parse(version);
        if (versions == null || parsed == null || !versions.containsKey(parsed)) {
            return false;
        }
        change(copy -> take(copy, id, version));
        return true;
    }
}

package dev.phigate.audit.store;

import dev.phigate.audit.ship.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A store that does what another one does, but for what a test makes it do otherwise. */
public class StoreAround implements ObjectStore {
    protected final ObjectStore inner;

    protected StoreAround(ObjectStore inner) {
        this.inner = inner;
    }

    @Override
    public void put(String name, byte[] content) throws IOException {
        inner.put(name, content);
    }

    @Override
    public boolean putNewest(String name, byte[] content) throws IOException {
        return inner.putNewest(name, content);
    }

    @Override
    public boolean fetch(String name, OutputStream to) throws IOException {
        return inner.fetch(name, to);
    }

    @Override
    public List<String> children(String folder) throws IOException {
        return inner.children(folder);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        return inner.list(prefix);
    }

    @Override
    public void hold(String name, boolean held) throws IOException {
        inner.hold(name, held);
    }

    @Override
    public void close() {
        inner.close();
    }
}

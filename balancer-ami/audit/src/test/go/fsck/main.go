// Holds a log against tessera's own check of tlog-tiles logs: every leaf, every tile, the signed root.
//
//	fsck FOLDER KEYFILE
//
// FOLDER is a shipped log with its entry bundles (audit ship --entries), KEYFILE holds its verifier key.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

// One worker that finds something wrong would leave the rest of its queue unread, and the check waiting for ever.
const workers = 64

func main() {
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Println("fsck failed:", err)
		os.Exit(1)
	}
	fmt.Println("fsck: the log is whole")
}

func check(folder, keyFile string) error {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	if err != nil {
		return err
	}
	source := &client.FileFetcher{Root: folder}
	return fsck.New(verifier.Name(), verifier, source, leaves, fsck.Opts{N: workers}).Check(context.Background())
}

func leaves(bundle []byte) ([][]byte, error) {
	entries := &api.EntryBundle{}
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, 0, len(entries.Entries))
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

// Writes the golden vectors of the tests with the transparency-log world's own code: golang.org/x/mod/sumdb/{note,tlog} and
// github.com/transparency-dev/tessera/api/layout. From the folder above: go run ./golden > ../resources/dev/phigate/audit/golden.json
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"github.com/transparency-dev/tessera/api/layout"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)


type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = h[x]
	}
	return out, nil
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func texts(list []tlog.Hash) []string {
	out := []string{}
	for _, h := range list {
		out = append(out, hex.EncodeToString(h[:]))
	}
	return out
}

type tree struct {
	Size        int64               `json:"size"`
	Root        string              `json:"root"`
	Inclusion   map[string][]string `json:"inclusion"`
	Consistency map[string][]string `json:"consistency"`
	Tiles       map[string]string   `json:"tiles"`
}

type checkpoint struct {
	Text string `json:"text"`
	Note string `json:"note"`
}

func main() {
	var stored hashes
	trees := []tree{}
	wanted := []int64{1, 2, 3, 5, 7, 8, 255, 256, 257, 511, 1000, 65535, 65536, 65537, 66049}
	probes := []int64{0, 1, 2, 4, 254, 255, 256, 511, 999, 32768, 65535, 65536}
	for n := int64(0); n < wanted[len(wanted)-1]; n++ {
		more, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("record %d", n)), stored)
		check(err)
		stored = append(stored, more...)
		for _, size := range wanted {
			if size != n+1 {
				continue
			}
			root, err := tlog.TreeHash(size, stored)
			check(err)
			t := tree{size, hex.EncodeToString(root[:]), map[string][]string{}, map[string][]string{}, map[string]string{}}
			for _, p := range probes {
				if p < size {
					proof, err := tlog.ProveRecord(size, p, stored)
					check(err)
					t.Inclusion[fmt.Sprint(p)] = texts(proof)
				}
				if p >= 1 && p <= size {
					proof, err := tlog.ProveTree(size, p, stored)
					check(err)
					t.Consistency[fmt.Sprint(p)] = texts(proof)
				}
			}
			if size == 257 || size == 1000 || size == 66049 {
				for _, tile := range tlog.NewTiles(8, 0, size) {
					data, err := tlog.ReadTileData(tile, stored)
					check(err)
					path := layout.TilePath(uint64(tile.L), uint64(tile.N), uint8(tile.W%256))
					digest := sha256.Sum256(data)
					t.Tiles[path] = hex.EncodeToString(digest[:])
				}
			}
			trees = append(trees, t)
		}
	}
	seed := sha256.Sum256([]byte("phigate golden key, not a secret"))
	skey, vkey, err := note.GenerateKey(&fixed{seed[:]}, "balancer-1")
	check(err)
	s, err := note.NewSigner(skey)
	check(err)
	notes := []checkpoint{}
	for _, t := range trees {
		raw, _ := hex.DecodeString(t.Root)
		text := fmt.Sprintf("balancer-1\n%d\n%s\n", t.Size, base64.StdEncoding.EncodeToString(raw))
		signed, err := note.Sign(&note.Note{Text: text}, s)
		check(err)
		notes = append(notes, checkpoint{text, string(signed)})
	}
	other, _, err := note.GenerateKey(&fixed{append(seed[1:], 7)}, "witness.example")
	check(err)
	o, err := note.NewSigner(other)
	check(err)
	both, err := note.Sign(&note.Note{Text: notes[3].Text}, o, s)
	check(err)
	paths := map[string]string{}
	for _, p := range []struct {
		level, index uint64
		partial      uint8
	}{{0, 0, 0}, {0, 0, 5}, {0, 999, 0}, {1, 1000, 0}, {0, 1234067, 0}, {0, 1234067, 8}, {2, 123456789, 255}} {
		paths[fmt.Sprintf("%d %d %d", p.level, p.index, p.partial)] = layout.TilePath(p.level, p.index, p.partial)
		paths[fmt.Sprintf("entries %d %d", p.index, p.partial)] = layout.EntriesPath(p.index, p.partial)
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", " ")
	check(e.Encode(map[string]any{"signingKey": skey, "verifierKey": vkey, "checkpoints": notes, "cosigned": string(both),
		"paths": paths, "trees": trees}))
}

type fixed struct{ left []byte }

func (f *fixed) Read(p []byte) (int, error) { return copy(p, f.left), nil }

package configs

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// referenceFile is the page of all keys.
const referenceFile = "../docs/reference/config.md"

// referenceIntro begins the page. Code is between apostrophes instead of backquotes.
const referenceIntro = `<!-- Made of the comments of the Config types by go generate ./configs -->

# The keys of a config

'sparker config explain KEY' prints an entry of this page. 'sparker config show CONFIG' prints a
config with every default filled in, and 'sparker config check CONFIG' lists everything that is
wrong with one, with line and column. 'sparker config schema' prints a JSON Schema
([config.schema.json](schema/config.schema.json)), with which an editor completes and checks keys.

A key path is the names of the blocks and the key, joined by dots. Any key can be set on the command
line as 'key.path=value', where the value is YAML. Lists, the block 'data.signal', the block
'data.files' and the tables in it replace the value before them as a whole. All other blocks are
merged key by key. Ranges and words are those of a key by itself; some combinations are not
possible. [Your data](../guide/your-data.md) shows configs for files, and
[Sweeps](../guide/sweeps.md) configs that make several experiments.
`

// TestReferencePage holds the page of all keys to the keys.
func TestReferencePage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(referenceIntro, "'", "`"))
	keys := Keys()
	b.WriteString("\n## Top level\n\n" + keyTable("", keys))
	seen := map[reflect.Type]Key{}
	for _, k := range keys {
		if !k.IsBlock() {
			continue
		}
		level := "##"
		if strings.Contains(k.Path, ".") {
			level = "###"
		}
		fmt.Fprintf(&b, "\n%s %s\n\n%s\n", level, k.Path, k.Text)
		if k.Default != "" {
			fmt.Fprintf(&b, "The default is `%s`.\n", k.Default)
		}
		path := k.Path
		if k.typ != nil && k.typ.Kind() == reflect.Slice {
			path += "[]"
		}
		table := keyTable(path, keys)
		if k.typ != nil {
			if before, ok := seen[k.typ]; ok && keyTable(before.Path, keys) == table {
				fmt.Fprintf(&b, "\nThe keys are those of `%s`.\n", before.Path)
				continue
			}
			seen[k.typ] = k
		}
		if table != "" {
			b.WriteString("\n" + table)
		}
	}
	compareGenerated(t, filepath.FromSlash(referenceFile), []byte(b.String()))
}

// keyTable returns the table of the keys of a block that are not blocks themselves. It is empty if
// there are none.
func keyTable(block string, keys []Key) string {
	var b strings.Builder
	for _, k := range keys {
		if parentPath(k.Path) != block || k.IsBlock() {
			continue
		}
		value := ""
		if k.Default != "" {
			value = "`" + k.Default + "`"
		}
		meaning := k.Text
		k.Words = slices.Clone(k.Words)
		for i, word := range k.Words {
			k.Words[i] = "`" + word + "`"
		}
		if allowed := k.Allowed(); allowed != "" {
			meaning += "<br>*" + strings.ToUpper(allowed[:1]) + allowed[1:] + ".*"
		}
		meaning = strings.ReplaceAll(meaning, "|", `\|`)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", lastOf(k.Path), k.Type, value, meaning)
	}
	if b.Len() == 0 {
		return ""
	}
	return "| key | type | default | meaning |\n|---|---|---|---|\n" + b.String()
}

package configs

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.yaml paper/*.yaml beyond/*.yaml applications/*.yaml
var shipped embed.FS

// Entry is a config that comes with the program.
type Entry struct {
	// Name is what Load takes, such as paper/exp1d.
	Name string
	// Description says in one line what the config is for.
	Description string
	// Sweep is the config.
	Sweep Sweep
}

// IsShipped reports whether Load takes an argument for the name of a shipped config.
func IsShipped(nameOrPath string) bool {
	file, _, err := readConfig(nameOrPath)
	return err == nil && file != nameOrPath
}

// Shipped returns the configs that come with the program, sorted by name.
func Shipped() []Entry {
	var all []Entry
	for _, name := range ShippedNames() {
		text, err := shipped.ReadFile(name + ".yaml")
		if err != nil {
			// the file was listed
			panic(fmt.Sprintf("configs: reading the shipped config %s: %v", name, err))
		}
		s, err := LoadSweepBytes("configs/"+name+".yaml", text, Changes{})
		if err != nil {
			// a test loads them all
			panic(fmt.Sprintf("configs: a shipped config is wrong: %v", err))
		}
		all = append(all, Entry{Name: name, Description: s.Base.Description, Sweep: s})
	}
	return all
}

// ShippedNames returns the names of the configs that come with the program, sorted.
func ShippedNames() []string {
	var all []string
	err := fs.WalkDir(shipped, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			all = append(all, strings.TrimSuffix(path, ".yaml"))
		}
		return err
	})
	if err != nil {
		// embedded files can be listed
		panic(fmt.Sprintf("configs: listing the shipped configs: %v", err))
	}
	return all
}

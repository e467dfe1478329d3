package serve

import (
	"sync"
	"time"
)

// mostPages is the number of pages that are kept.
const mostPages = 32

// cache keeps what was made from run folders until these change. Only one thing is made at a time,
// so that a machine that also runs toys is not kept busy.
type cache struct {
	making sync.Mutex

	mu   sync.Mutex
	kept map[string]*keptValue
}

// keptValue is something that was made from a folder, or the error of it.
type keptValue struct {
	mark  string
	value any
	err   error
	used  time.Time
}

func newCache() *cache { return &cache{kept: map[string]*keptValue{}} }

// made returns what is kept under a key, if it was made from folders with the same mark.
func (c *cache) made(key, mark string) (*keptValue, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, known := c.kept[key]
	if !known || v.mark != mark {
		return nil, false
	}
	v.used = time.Now()
	return v, true
}

// keep keeps a value, and drops the page that was not used for the longest time if there are many.
func (c *cache) keep(key string, v *keptValue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v.used = time.Now()
	c.kept[key] = v
	if _, isPage := v.value.([]byte); !isPage {
		return
	}
	oldest, pages := "", 0
	for k, other := range c.kept {
		if _, isPage := other.value.([]byte); !isPage {
			continue
		}
		pages++
		if oldest == "" || other.used.Before(c.kept[oldest].used) {
			oldest = k
		}
	}
	if pages > mostPages {
		delete(c.kept, oldest)
	}
}

// from returns what a function makes from folders, of now or of an earlier time at which they were
// the same.
func from[T any](c *cache, key string, folders []string, do func() (T, error)) (T, error) {
	var none T
	at := ""
	for _, folder := range folders {
		m, err := mark(folder)
		if err != nil {
			return none, err
		}
		at += m
	}
	v, known := c.made(key, at)
	if !known {
		c.making.Lock()
		defer c.making.Unlock()
		if v, known = c.made(key, at); !known { // nobody has made it meanwhile
			value, err := do()
			v = &keptValue{mark: at, value: value, err: err}
			c.keep(key, v)
		}
	}
	if v.err != nil {
		return none, v.err
	}
	return v.value.(T), nil
}

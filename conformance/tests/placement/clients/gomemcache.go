// SPDX-License-Identifier: MIT

// gomemcache. It has no weights, but a server may be listed more than once.
package main

import (
    "bufio"
    "os"
    "strconv"

    "github.com/bradfitz/gomemcache/memcache"
)

func main() {
    var servers []string
    for i := 1; i < len(os.Args); i += 3 {
        weight, _ := strconv.Atoi(os.Args[i+2])
        for ; weight > 0; weight-- {
            servers = append(servers, os.Args[i]+":"+os.Args[i+1])
        }
    }
    client := memcache.New(servers...)
    keys := bufio.NewScanner(os.Stdin)
    for keys.Scan() {
        client.Set(&memcache.Item{Key: keys.Text(), Value: []byte("1")})
    }
}
